import mime from 'socket:mime'

export const about = {
  databases: 'All databases.',
  application: 'Programs and their documents.',
  audio: 'Sounds.',
  font: 'Fonts.',
  image: 'Pictures.',
  model: 'Models of three dimensions.',
  multipart: 'Several in one.',
  text: 'Texts.',
  video: 'Films.'
}

/** Types by an extension, a file's name, a type or a part of one. */
export async function lookup () {
  const [found] = await mime.lookup('picture.png')
  console.log(found.mime) // → image/png
}
