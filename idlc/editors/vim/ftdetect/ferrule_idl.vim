" SPDX-License-Identifier: Apache-2.0
" Not setfiletype: Vim already takes .idl for the IDL of CORBA.
autocmd BufNewFile,BufRead *.idl,*.mojom set filetype=ferrule_idl
