export const about = { 'WINDOW_*': 'What has become of a window, as `getStatus` tells it.' }
