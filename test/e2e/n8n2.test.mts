import versions from '../../host/versions.json' with { type: 'json' };
import { testN8n } from './suite.mts';

testN8n(versions.n8n, 1);
