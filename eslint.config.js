import svelte from 'eslint-plugin-svelte'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import neostandard from 'neostandard'

// Of the components of templates: the rules about what is wrong; those about looks would make neostandard's their own.
const components = [...vue.configs['flat/essential'], ...svelte.configs.recommended]
  .map((config) => ({ ...config, files: config.files ?? ['templates/**/*.vue', 'templates/**/*.svelte'] }))

export default [
  { ignores: ['js/dist/**', 'target/**', 'build/**', 'dist/**', 'npm/*/**', '**/*.d.ts', 'native/**'] },
  ...neostandard({ ts: true, files: ['**/*.vue', '**/*.svelte'] }),
  ...components,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      // A JSDoc cast may stand between the dots and what they spread.
      '@stylistic/rest-spread-spacing': 'off',
      // Tables of names and numbers read better with several to a line.
      '@stylistic/object-property-newline': 'off',
      // A parameter that is there for the signature begins with an underscore.
      'no-unused-vars': ['error', { args: 'after-used', argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }]
    }
  },
  // Import attributes are newer than the rest.
  { files: ['js/internal/import-with.js'], languageOptions: { ecmaVersion: 2025 } }
]
