export * from 'socket:internal/inspect'
