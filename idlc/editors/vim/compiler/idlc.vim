" SPDX-License-Identifier: Apache-2.0
" :make checks the file; the quickfix list holds what is wrong. Roots: let &l:makeprg = 'idlc check -I idl %:S'
if exists('current_compiler')
  finish
endif
let current_compiler = 'idlc'

CompilerSet makeprg=idlc\ check\ %:S
CompilerSet errorformat=%f:%l:%c:\ %t%*[a-z][%*[A-Z]%n]:\ %m,%-G%.%#
