# shellcheck shell=sh
# The proxy through which all rows of a bench reach the host's own mirror, for
# those that source this file; $proxy is the process, theirs to end.

# shellcheck disable=SC2154
start_proxy() {
	"$top/t/helper/recording-proxy" --port-file "$work/port" \
		"$work/store" &
	proxy=$!
	until test -e "$work/port"; do
		kill -0 $proxy 2>/dev/null || fail 'the proxy does not start'
		sleep 0.05
	done
	http_proxy=http://127.0.0.1:$(cat "$work/port")
	export http_proxy
	unset no_proxy NO_PROXY

	# apt's own setting would come before the environment's
	APT_CONFIG=$work/apt.conf
	cat >"$APT_CONFIG" <<-end
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Acquire::http::Proxy "$http_proxy";
	end
	export APT_CONFIG
}
