"""What completion is in the languages of the shells; words between @ are filled in from the tables of the program."""

BASH = r"""# bash: source <(todo completion bash)
_todo_tasks() {
    local line
    while IFS= read -r line; do
        line=${line#\[?\] }
        [[ $line == "$current"* ]] && COMPREPLY+=("${line%% *}  ${line#* }")
    done < <(command todo list "$@" 2>/dev/null)
    if ((${#COMPREPLY[@]} == 1)); then COMPREPLY=("${COMPREPLY[0]%% *}"); fi
}
_todo() {
    local current=${COMP_WORDS[COMP_CWORD]} name= place options=
    COMPREPLY=()
    for ((place = 1; place < COMP_CWORD; place++)); do
        case ${COMP_WORDS[place]} in
            @VALUED@) ((place++)) ;;
            -*) ;;
            *) name=${COMP_WORDS[place]}; break ;;
        esac
    done
    case $name in
@OPTIONS@
    esac
    if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$options @COMMON@" -- "$current")); return; fi
    case $name in
        "") COMPREPLY=($(compgen -W "@NAMES@" -- "$current")) ;;
@WORDS@
    esac
}
complete -F _todo todo
"""

ZSH = r"""#compdef todo
# zsh: source <(todo completion zsh)
_todo_tasks() {
    local -a found
    local line
    for line in ${(f)"$(command todo list "$@" 2>/dev/null)"}; do
        line=${line#\[?\] }
        found+=("${line%% *}:${${${line#* }//\\/\\\\}//:/\\:}")
    done
    _describe -V task found
}
_todo() {
    local name= place
    local -a found
    for ((place = 2; place < CURRENT; place++)); do
        case $words[place] in
            (@VALUED@) ((place++)) ;;
            (-*) ;;
            (*) name=$words[place]; break ;;
        esac
    done
    if [[ $words[CURRENT] == -* ]]; then
        case $name in
@OPTIONS@
        esac
        found+=(@COMMON@)
        _describe -o option found
        return
    fi
    case $name in
        ("") found=(@NAMES@); _describe command found ;;
@WORDS@
    esac
}
if [[ $funcstack[1] == _todo ]]; then _todo "$@"; else compdef _todo todo; fi
"""
