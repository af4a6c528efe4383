import language from 'socket:language'

/** Languages by name, code or tag. */
export function lookup () {
  console.log(language.lookup('German')?.[0].code) // → de
}

/** What a tag means. */
export function describe () {
  console.log(language.describe('pt-BR')?.[0].description) // → Portuguese (Brazil)
}
