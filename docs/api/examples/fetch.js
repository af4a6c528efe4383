import * as fetching from 'socket:fetch'

export const about = {
  DOMException: 'The engine\'s class for its errors.',
  Headers: 'The engine\'s class for headers.',
  Request: 'The engine\'s class for requests.',
  Response: 'The engine\'s class for answers.'
}

/** The engine's own `fetch`. */
export async function fetch () {
  const answer = await fetching.fetch('data:text/plain,hello')
  console.log(await answer.text()) // → hello
}
