import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * n8n reads its environment once, when its classes are first instantiated: this module has to be
 * imported before `n8n-core`. Each jest file has its own container, and so its own folder.
 */
export const userFolder = mkdtempSync(path.join(tmpdir(), 'flux2-engine-'));

process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'a key for tests only';
process.env.N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS = 'false';
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';
