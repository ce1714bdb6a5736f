import type { ComputeApi } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The part of the contract that keeps the user's networks. */
export function modelService({ models }: ServiceParts): Pick<ComputeApi, 'openModel' | 'closeModel'> {
  return {
    openModel: (file, port) => serveJob(port, () => models.open(file)),
    closeModel: async (hash) => models.close(hash),
  };
}
