import versions from '../../host/versions.json' with { type: 'json' };
import { holdsIn } from './holds.mts';

holdsIn(versions.n8n, 1);
