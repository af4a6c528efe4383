#!/bin/sh
# A backend in the shell of POSIX, complete. Values that are only passed on stay encoded, as they came.

# The first pair of this name, still encoded.
pair () {
  rest="&$query&"
  case $rest in *"&$1="*) rest=${rest#*"&$1="}; printf '%s' "${rest%%&*}" ;; esac
}

# A number of a small JSON object, encoded: {"a":2} is %7B%22a%22%3A2%7D.
number () {
  pair value | sed -n "s/.*%22$1%22%3A\(-\{0,1\}[0-9]*\).*/\1/p"
}

resolve () {
  [ "$(pair reply)" = 1 ] && printf 'ipc://resolve?seq=%s&index=%s&state=%s&value=%s\n' "$(pair seq)" "$(pair index)" "$1" "$2"
}

echo 'backend.sh is starting' >&2
echo 'a line for the terminal'
printf 'ipc://send?event=ready&value=%%7B%%22language%%22%%3A%%22shell%%22%%2C%%22process%%22%%3A%s%%7D\n' $$

while IFS= read -r line; do
  query=${line#*\?}
  case $line in 'ipc://process.write?'*) ;; *) continue ;; esac
  case $(pair event) in
    add) resolve 0 $(($(number a) + $(number b))) ;;
    fail) resolve 1 '%7B%22message%22%3A%22not%20today%22%2C%22code%22%3A%22ERR_FAILED%22%7D' ;;
    echo) printf 'ipc://send?event=echoed&index=%s&format=%s&value=%s\n' "$(pair index)" "$(pair format | grep . || echo json)" "$(pair value)" ;;
    never) ;;
    *) resolve 1 '%7B%22message%22%3A%22nobody%20listens%22%2C%22code%22%3A%22ERR_NO_LISTENER%22%7D' ;;
  esac
done
