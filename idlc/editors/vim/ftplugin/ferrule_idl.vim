" SPDX-License-Identifier: Apache-2.0
" How .idl and .mojom files are edited: comments, blanks, layout by the compiler.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=//\ %s comments=s1:/*,mb:*,ex:*/,://
setlocal expandtab shiftwidth=2 softtabstop=2
" gggqG lays out the whole file.
setlocal formatprg=idlc\ format\ -
setlocal suffixesadd=.idl,.mojom
let &l:include = '^\s*import'
compiler idlc

let b:undo_ftplugin = 'setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< formatprg< suffixesadd< include<'
