import globals from 'globals'
import neostandard from 'neostandard'

export default [
  { ignores: ['js/dist/**', 'target/**', 'build/**', 'dist/**', 'npm/*/**', '**/*.d.ts', 'native/**'] },
  ...neostandard({ ts: true }),
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
  }
]
