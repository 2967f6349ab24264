# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# bash completion for hvpolicy
_hvpolicy()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local command='' kind='' word words=() files=no i
	local levels='power6 power7 power7+ power8 power9 power10 power11'

	COMPREPLY=()
	# "--option=value" arrives as three words
	if [[ $cur == '=' ]]; then
		cur=''
	elif [[ $prev == '=' ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		check | explain | matrix | hosts) command=${command:-$word} ;;
		hfscr | pvr | lpcr | caps) kind=$word ;;
		esac
	done

	case $prev in
	--host) words=("$(hvpolicy hosts --names 2>/dev/null)") ;;
	--host-file | --machine | --output) files=yes ;;
	--color) words=('auto always never') ;;
	--format) words=('text json svg html') ;;
	--request | --level) words=("$levels") ;;
	--granted | --bounded) return ;;
	*)
		case $command:$cur in
		:*) words=('check explain matrix hosts --help --usage --version') ;;
		check:*) words=('--host --host-file --machine --request --granted --bounded') ;;
		explain:-*) words=('--host --host-file --machine --level --hash') ;;
		explain:*) [[ $kind ]] || words=('hfscr pvr lpcr caps') ;;
		matrix:-*) words=('--all --format --host --host-file --machine --output') ;;
		hosts:-*) words=('--names') ;;
		*) words=("$(hvpolicy hosts --names 2>/dev/null)") ;;
		esac
		[[ $command && $cur == -* ]] && words+=('--json --color --help --usage --version')
		;;
	esac
	if [[ $files == yes ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		compopt -o filenames 2>/dev/null
	else
		mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$cur")
	fi
}
complete -F _hvpolicy hvpolicy
