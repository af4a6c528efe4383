// The bundler turns these into files of the app.
declare module '*.css'
