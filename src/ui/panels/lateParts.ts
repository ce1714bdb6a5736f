/** What comes after the first screen, in the order in which it is likely to be wanted. */
import type { LatePart } from './latePart.tsx';
import { latePart } from './latePart.tsx';

export const WorkSteps = latePart(async () => (await import('./WorkSteps.tsx')).WorkSteps);
export const ContrastPopover = latePart(async () => (await import('./ContrastPopover.tsx')).ContrastPopover);
export const Tour = latePart(async () => (await import('./Tour.tsx')).Tour);
export const GridPanel = latePart(async () => (await import('./GridPanel.tsx')).GridPanel);
export const GalleryPanel = latePart(async () => (await import('./GalleryPanel.tsx')).GalleryPanel);
export const SpectrumPanel = latePart(async () => (await import('./SpectrumPanel.tsx')).SpectrumPanel);
export const MeasureCard = latePart(async () => (await import('./MeasureCard.tsx')).MeasureCard);
export const SeveralView = latePart(
  async () => (await import('../viewer/several/SeveralView.tsx')).SeveralView,
);
export const BatchStage = latePart(async () => (await import('./BatchStage.tsx')).BatchStage);
export const HelpDialog = latePart(async () => (await import('./HelpDialog.tsx')).HelpDialog);
export const SessionsDialog = latePart(async () => (await import('./SessionsDialog.tsx')).SessionsDialog);
export const ImportWizard = latePart(async () => (await import('./ImportWizard.tsx')).ImportWizard);
export const GainDialog = latePart(async () => (await import('./GainDialog.tsx')).GainDialog);
export const ExtractDialog = latePart(async () => (await import('./ExtractDialog.tsx')).ExtractDialog);
export const SaveViewDialog = latePart(async () => (await import('./SaveViewDialog.tsx')).SaveViewDialog);
export const EvaluationDialog = latePart(
  async () => (await import('./EvaluationDialog.tsx')).EvaluationDialog,
);
export const DiagnosticsPanel = latePart(
  async () => (await import('./DiagnosticsPanel.tsx')).DiagnosticsPanel,
);

/** All of them. */
export const lateParts: readonly LatePart[] = [
  WorkSteps,
  ContrastPopover,
  Tour,
  GridPanel,
  GalleryPanel,
  SpectrumPanel,
  MeasureCard,
  SeveralView,
  BatchStage,
  HelpDialog,
  SessionsDialog,
  ImportWizard,
  GainDialog,
  ExtractDialog,
  SaveViewDialog,
  EvaluationDialog,
  DiagnosticsPanel,
];
