export const about = { metrics: 'What is counted in this page: frames, fetches, requests, workers.' }
