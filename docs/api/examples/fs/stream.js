export const about = {
  ReadStream: 'A file as a stream that is read.',
  WriteStream: 'A file as a stream that is written to.',
  FileReadStream: 'The earlier name of `ReadStream`.',
  FileWriteStream: 'The earlier name of `WriteStream`.',
  DEFAULT_STREAM_HIGH_WATER_MARK: 'How many bytes a stream of a file holds.'
}
