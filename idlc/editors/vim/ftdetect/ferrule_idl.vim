" SPDX-License-Identifier: Apache-2.0
autocmd BufNewFile,BufRead *.idl,*.mojom setfiletype ferrule_idl
