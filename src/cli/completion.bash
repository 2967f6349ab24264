# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# bash completion for hvpolicy
_hvpolicy()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local command='' kind='' word words=() files=no parties=no i
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
		check | explain | matrix | hosts | migrate | baseline | convert | probe)
			command=${command:-$word}
			;;
		hfscr | pvr | lpcr | caps) kind=$word ;;
		esac
	done

	case $prev in
	--from | --to) parties=yes ;;
	--arch) words=('arm64 power') ;;
	--vmm) words=('qemu-10.0 qemu-11.1 none') ;;
	--host) words=("$(hvpolicy hosts --names 2>/dev/null)") ;;
	--host-file | --machine | --output | --fleet | --root | --kvm | --gsb) files=yes ;;
	--color) words=('auto always never') ;;
	--format) words=('text json svg html') ;;
	--request | --level) words=("$levels") ;;
	--use) words=('get set run answer') ;;
	--scope) words=('vcpu guest host') ;;
	--policy) words=('skip-unknown refuse-twice skip-unknown,refuse-twice') ;;
	--dialect) words=('document linux') ;;
	--revision) words=('1 2') ;;
	--granted | --bounded) return ;;
	*)
		case $command:$cur in
		:*)
			words=('check explain matrix hosts migrate baseline convert probe')
			words+=('--help --usage --version')
			;;
		check:*) words=('--host --host-file --machine --request --granted --bounded') ;;
		explain:-*)
			words=('--host --host-file --machine --level --hash')
			words+=('--gsb --use --scope --policy --dialect --revision')
			;;
		explain:*) [[ $kind ]] || words=('hfscr pvr lpcr caps') ;;
		matrix:-*)
			words=('--all --format --host --host-file --machine --output')
			words+=('--migrate --arch --level --nested --vmm --fleet')
			;;
		probe:*)
			words=('--output --wire --record --name --qemu --root --kvm --machine')
			;;
		hosts:-*) words=('--names --arch') ;;
		migrate:-*) words=('--from --to --guest --level --nested --vmm') ;;
		baseline:-*) words=('--wire --output --level --nested --vmm') ;;
		convert:-*) words=('--guest --wire --output --level --nested --vmm') ;;
		baseline:* | convert:*) parties=yes ;;
		migrate:*) [[ $prev == --guest ]] && files=yes ;;
		*) words=("$(hvpolicy hosts --names 2>/dev/null)") ;;
		esac
		[[ $command && $cur == -* ]] && words+=('--json --color --help --usage --version')
		;;
	esac
	if [[ $parties == yes ]]; then
		words=("$(hvpolicy hosts --arch arm64 --names 2>/dev/null)")
		words+=("$(hvpolicy hosts --names 2>/dev/null)")
		mapfile -t COMPREPLY < <(compgen -f -W "${words[*]}" -- "$cur")
		compopt -o filenames 2>/dev/null
	elif [[ $files == yes ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		compopt -o filenames 2>/dev/null
	else
		mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$cur")
	fi
}
complete -F _hvpolicy hvpolicy
