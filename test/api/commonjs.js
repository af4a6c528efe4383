import { builtins, createRequire, Module } from 'socket:commonjs'
import * as module from 'socket:module'
import { test } from 'socket:test'

test('commonjs: is module', (t) => t.ok(builtins === module.builtins && createRequire === module.createRequire && Module === module.Module, 'the same'))
