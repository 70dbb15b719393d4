// The lint of our own code around the package. The package itself is linted by n8n's official
// configuration (eslint.config.mjs), which has to stay exactly as n8n ships it.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config({
	files: ['**/*.mts', '**/*.mjs'],
	extends: [js.configs.recommended, tseslint.configs.recommended],
	languageOptions: {
		globals: Object.fromEntries(
			['process', 'console', 'Buffer', 'URL', 'setTimeout', 'clearTimeout', 'fetch'].map((name) => [
				name,
				'readonly',
			]),
		),
	},
	rules: {
		eqeqeq: 'error',
		'@typescript-eslint/consistent-type-imports': 'error',
		// Tests read untyped answers of n8n's own REST API and engine.
		'@typescript-eslint/no-explicit-any': 'error',
	},
});
