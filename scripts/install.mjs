// Installs the development tools when they are missing or older than the lock file, so that
// `npm test` and the other commands work right after a clone.
import { areToolsCurrent, checkNode, installTools } from './tools.mjs';

checkNode();
if (!areToolsCurrent()) installTools();
