// Lint rules for the code around the package. The package itself is linted with n8n's official
// configuration (eslint.config.mjs), which must stay exactly as n8n ships it.
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
		// Tests read untyped responses of n8n's REST API and engine; they use `unknown`.
		'@typescript-eslint/no-explicit-any': 'error',
	},
});
