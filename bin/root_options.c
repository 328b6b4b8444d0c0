#include "bin/root_options.h"

static const struct option own_options[] = {
	{0, "variant", "VARIANT", "essential, apt, minbase, required, buildd, "
	    "important, standard, custom, extract or - (default: -, as "
	    "important)", OPTION_TEXT,
	    offsetof(struct root_options, variant)},
	{0, "include", "A,B", "packages to install as well, as apt-get install "
	    "takes them", OPTION_REPEAT, offsetof(struct root_options, includes)},
	{0, "exclude", "A,B", "packages that must not come in", OPTION_LIST,
	    offsetof(struct root_options, exclude)},
	{0, "components", "A,B", "of the archive (default main)", OPTION_LIST,
	    offsetof(struct root_options, components)},
	{0, "extra-suites", "A,B", "more suites of each MIRROR that is an "
	    "address", OPTION_LIST, offsetof(struct root_options, extra_suites)},
	{0, "architectures", "ARCH,FOREIGN", "the root's own, and those of "
	    "which it can have packages (default: this machine's)",
	    OPTION_LIST, offsetof(struct root_options, architectures)},
	{0, "arch", "ARCH", "the same", OPTION_LIST,
	    offsetof(struct root_options, architectures)},
	{0, "foreign", NULL, "only the first stage: run nothing in the root; "
	    "its /debootstrap/debootstrap --second-stage does the rest",
	    OPTION_FLAG, offsetof(struct root_options, first_stage)},
	{0, "second-stage", NULL, "do that, and make nothing else",
	    OPTION_FLAG, offsetof(struct root_options, second_stage)},
	{0, "second-stage-target", "DIR", "of the root (default: /)",
	    OPTION_TEXT, offsetof(struct root_options, second_stage_target)},
	{0, "keyring", "FILE", "keys that may sign the archive (file or "
	    "directory); may be repeated", OPTION_REPEAT,
	    offsetof(struct root_options, trust.keyrings)},
	{0, "no-check-gpg", NULL, "trust an archive without a signature",
	    OPTION_FLAG, offsetof(struct root_options, trust.no_check_gpg)},
	{0, "no-check-sig", NULL, "the same", OPTION_FLAG,
	    offsetof(struct root_options, no_check_sig)},
	{0, "force-check-gpg", NULL, "even if a source says that it is to be "
	    "trusted", OPTION_FLAG,
	    offsetof(struct root_options, trust.force_check_gpg)},
	{0, "force-check-sig", NULL, "the same", OPTION_FLAG,
	    offsetof(struct root_options, force_check_sig)},
	{0, "allow-expired-keys", NULL, "accept signatures by keys that have "
	    "expired", OPTION_FLAG,
	    offsetof(struct root_options, trust.allow_expired_keys)},
	{0, "allow-weak-hashes", NULL, "accept MD5 and SHA-1, as old archives "
	    "have them", OPTION_FLAG,
	    offsetof(struct root_options, trust.allow_weak_hashes)},
	{0, "no-check-valid-until", NULL, "accept an outdated archive",
	    OPTION_FLAG, offsetof(struct root_options, trust.no_check_valid_until)},
	{0, "no-check-date", NULL, "accept one from the future, too",
	    OPTION_FLAG, offsetof(struct root_options, trust.no_check_date)},
	{0, "certificate", "FILE", "ours, for https mirrors that ask for one",
	    OPTION_TEXT, offsetof(struct root_options, connection.certificate)},
	{0, "private-key", "FILE", "its key", OPTION_TEXT,
	    offsetof(struct root_options, connection.private_key)},
	{0, "ca-certificate", "FILE", "who may vouch for https mirrors",
	    OPTION_TEXT, offsetof(struct root_options, connection.ca_certificate)},
	{0, "no-check-certificate", NULL, "nobody need vouch for them",
	    OPTION_FLAG,
	    offsetof(struct root_options, connection.no_check_certificate)},
	{0, "cache-dir", "DIR", "for downloads and work in progress",
	    OPTION_TEXT, offsetof(struct root_options, cache_directory)},
	{0, "cache-limit", "SIZE", "what the cache may hold (default 4G)",
	    OPTION_SIZE, offsetof(struct root_options, cache_limit)},
	{0, "clean-cache", NULL, "empty the cache and make nothing",
	    OPTION_FLAG, offsetof(struct root_options, clean_cache)},
	{0, "offline", NULL, "only what the cache has: nothing is fetched",
	    OPTION_FLAG, offsetof(struct root_options, connection.offline)},
	{0, "lock", "FILE", "install exactly what FILE lists; if there is none, "
	    "write it", OPTION_TEXT, offsetof(struct root_options, lock)},
	{0, "make-tarball", "FILE", "write the packages and what lists them, "
	    "and make nothing else", OPTION_TEXT,
	    offsetof(struct root_options, make_tarball)},
	{0, "unpack-tarball", "FILE", "install what is in such a tarball: "
	    "nothing is fetched", OPTION_TEXT,
	    offsetof(struct root_options, unpack_tarball)},
	{0, "format", "FORMAT", "auto, directory, tar, squashfs, ext2, ext3, "
	    "ext4 or null (default: auto, by TARGET)", OPTION_TEXT,
	    offsetof(struct root_options, output.format)},
	{0, "size", "SIZE", "of an ext2, ext3 or ext4 (default: what the root "
	    "needs)", OPTION_SIZE, offsetof(struct root_options, output.size)},
	{0, "no-base-cache", NULL, "neither take a finished root from the cache "
	    "nor keep it", OPTION_FLAG,
	    offsetof(struct root_options, no_base_cache)},
	{0, "verify", NULL, "read all finished roots in the cache, and drop "
	    "those that are damaged", OPTION_FLAG,
	    offsetof(struct root_options, verify)},
	{0, "print-debs", NULL, "print the packages' names and make nothing",
	    OPTION_FLAG, offsetof(struct root_options, print_debs)},
	{0, "simulate", NULL, "print the packages, with version and size, and "
	    "make nothing", OPTION_FLAG, offsetof(struct root_options, simulate)},
	{0, "dry-run", NULL, "the same", OPTION_FLAG,
	    offsetof(struct root_options, dry_run)},
	{0, "download-only", NULL, "fetch the packages into the cache and make "
	    "nothing", OPTION_FLAG, offsetof(struct root_options, download_only)},
	{0, "threads", "N", "that unpack (default: one a processor)",
	    OPTION_NUMBER, offsetof(struct root_options, threads)},
	{0, "mode", "MODE", "auto, root or sudo, unshare (default: auto)",
	    OPTION_TEXT, offsetof(struct root_options, mode)},
	{0, "aptopt", "OPTION|FILE", "for the root's apt, and honoured here",
	    OPTION_REPEAT, offsetof(struct root_options, aptopts)},
	{0, "dpkgopt", "OPTION|FILE", "for the root's dpkg, from now on",
	    OPTION_REPEAT, offsetof(struct root_options, dpkgopts)},
	{0, "skip", "PART,PART", "what is left out, in mmdebstrap's words",
	    OPTION_LIST, offsetof(struct root_options, skip)},
	HOOK_OPTIONS(struct root_options, hooks),
	TERMINAL_OPTIONS(struct root_options, terminal),
	{'s', "silent", NULL, "the same as --quiet", OPTION_LETTER,
	    offsetof(struct root_options, terminal.voice)},
	{'d', "debug", NULL, "as --verbose, and hooks are told", OPTION_LETTER,
	    offsetof(struct root_options, terminal.voice)},
	{0, "logfile", "FILE", "write to FILE what else goes to standard error",
	    OPTION_TEXT, offsetof(struct root_options, terminal.logfile)},
	OPTIONS_END
};

#define CALLER_OPTION(name, help) \
	{0, name, NULL, help, OPTION_FLAG, \
	    offsetof(struct root_options, is_so_anyway)}

/* What callers of debootstrap say, too, and what needs no saying here. */
static const struct option caller_options[] = {
	CALLER_OPTION("resolve-deps", "dependencies are resolved anyway"),
	CALLER_OPTION("log-extra-deps", "-v shows them anyway"),
	CALLER_OPTION("merged-usr", "each release as it is made"),
	CALLER_OPTION("no-merged-usr", "the same: the packages decide"),
	{0, "extractor", "TYPE", "dpkg-deb or ar: packages are unpacked the same "
	    "way anyway", OPTION_TEXT,
	    offsetof(struct root_options, extractor)},
	{0, "inrelease-path", "PATH", "refused: Release files are looked for "
	    "where apt looks", OPTION_TEXT,
	    offsetof(struct root_options, inrelease_path)},
	OPTIONS_END
};

const struct option *const root_option_tables[] = {
	own_options, caller_options, NULL,
};

void
root_options_release(struct root_options *options)
{
	options_release(own_options, options);
	options_release(caller_options, options);
}
