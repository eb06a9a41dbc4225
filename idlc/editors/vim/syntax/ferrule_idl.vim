" SPDX-License-Identifier: Apache-2.0
" Ferrule IDL (.idl, .mojom).

if exists("b:current_syntax")
  finish
endif

syn keyword idlDefinition struct union interface enum const
syn match   idlDefinition "\<feature\>\ze\s\+\h\w*\s*{"
syn keyword idlStatement module import
syn keyword idlBoolean true false default
syn keyword idlType bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float double string
syn keyword idlType array map handle pending_remote pending_receiver pending_associated_remote pending_associated_receiver
syn match   idlType "\<hash_map\>\ze\s*<"
syn match   idlType "\(=>\s*\)\@<=result\>\ze\s*<"
syn match   idlConstant "\<k[A-Z0-9]\w*\>"
syn match   idlMethod "\<\h\w*\>\ze\s*\(@\d\+\)\?\s*("
syn match   idlNumber "\<0[xX]\x\+\>"
syn match   idlNumber "\<\d\+\(\.\d*\)\?\([eE][-+]\?\d\+\)\?\>"
syn match   idlOrdinal "@\d\+"
syn match   idlEscape "\\." contained
syn region  idlString start=+"+ skip=+\\.+ end=+"\|$+ contains=idlEscape
syn region  idlAttributes start="\[" end="\]" contains=idlAttribute,idlString,idlNumber,idlBoolean,idlComment
syn match   idlAttribute "\<\h\w*\>\ze\s*[=,\]]" contained
syn keyword idlTodo TODO FIXME contained
syn match   idlComment "//.*$" contains=idlTodo,@Spell
syn region  idlComment start="/\*" end="\*/" contains=idlTodo,@Spell

hi def link idlDefinition Structure
hi def link idlStatement Include
hi def link idlBoolean Boolean
hi def link idlType Type
hi def link idlConstant Constant
hi def link idlMethod Function
hi def link idlNumber Number
hi def link idlOrdinal Special
hi def link idlEscape SpecialChar
hi def link idlString String
hi def link idlAttribute PreProc
hi def link idlTodo Todo
hi def link idlComment Comment

let b:current_syntax = "ferrule_idl"
