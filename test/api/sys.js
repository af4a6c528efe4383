import sys from 'socket:sys'
import { test } from 'socket:test'
import util from 'socket:util'

test('sys: is util', (t) => t.equal(sys, util, 'the same'))
