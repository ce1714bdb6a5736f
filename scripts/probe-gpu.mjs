/**
 * Prints the name of the adapter that Dawn finds, or exits with 1. A process of its own: the Vulkan loader reads
 * VK_ICD_FILENAMES once, and a broken driver takes the process down with it.
 */
import { create } from 'webgpu';

const adapter = await create([]).requestAdapter();
if (adapter === null) process.exit(1);
const { vendor, device, description } = adapter.info;
console.log(`adapter: ${[vendor, device, description].filter(Boolean).join(' ')}`);
