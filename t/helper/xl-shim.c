/*
 * Preloaded into the real xl, so that "xl -N create" runs its whole parser
 * on a machine without a hypervisor. Stands for an idle host of HOST_CPUS
 * processors in one node; every CPU pool exists. For dry runs only.
 */
#include <errno.h>
#include <stdlib.h>

#include <libxl.h>
#include <libxl_utils.h>
#include <xenctrl.h>
#include <xenstore.h>

#define HOST_CPUS 64
#define HOST_NODES 1
#define HOST_PAGES (16UL << 18)

static char fake_handle;

xc_interface *
xc_interface_open(
    xentoollog_logger *log, xentoollog_logger *build_log, unsigned int flags)
{
	(void)log;
	(void)build_log;
	(void)flags;
	return (xc_interface *)&fake_handle;
}

int
xc_interface_close(xc_interface *xch)
{
	(void)xch;
	return 0;
}

int
xc_get_max_cpus(xc_interface *xch)
{
	(void)xch;
	return HOST_CPUS;
}

int
xc_get_online_cpus(xc_interface *xch)
{
	(void)xch;
	return HOST_CPUS;
}

int
xc_get_max_nodes(xc_interface *xch)
{
	(void)xch;
	return HOST_NODES;
}

int
libxl_get_physinfo(libxl_ctx *ctx, libxl_physinfo *info)
{
	(void)ctx;
	info->threads_per_core = 1;
	info->cores_per_socket = HOST_CPUS;
	info->max_cpu_id = HOST_CPUS - 1;
	info->nr_cpus = HOST_CPUS;
	info->nr_nodes = HOST_NODES;
	info->total_pages = HOST_PAGES;
	info->free_pages = HOST_PAGES;
	info->cap_hvm = true;
	info->cap_pv = true;
	info->cap_hvm_directio = true;
	info->cap_hap = true;
	info->cap_shadow = true;
	info->cap_iommu_hap_pt_share = true;
	return 0;
}

const libxl_version_info *
libxl_get_version_info(libxl_ctx *ctx)
{
	(void)ctx;
	return NULL;
}

libxl_cputopology *
libxl_get_cpu_topology(libxl_ctx *ctx, int *count)
{
	libxl_cputopology *cpus = calloc(HOST_CPUS, sizeof(*cpus));

	(void)ctx;
	for (uint32_t i = 0; cpus && i < HOST_CPUS; i++)
		cpus[i].core = i;
	*count = cpus ? HOST_CPUS : 0;
	return cpus;
}

libxl_numainfo *
libxl_get_numainfo(libxl_ctx *ctx, int *count)
{
	libxl_numainfo *nodes = calloc(HOST_NODES, sizeof(*nodes));

	(void)ctx;
	*count = nodes ? HOST_NODES : 0;
	return nodes;
}

int
libxl_cpupool_qualifier_to_cpupoolid(
    libxl_ctx *ctx, const char *pool, uint32_t *id, int *was_name)
{
	(void)ctx;
	(void)pool;
	*id = 0;
	if (was_name)
		*was_name = 1;
	return 0;
}

int
libxl_cpupoolid_is_valid(libxl_ctx *ctx, uint32_t id)
{
	(void)ctx;
	(void)id;
	return 1;
}

struct xs_handle *
xs_open(unsigned long flags)
{
	(void)flags;
	return (struct xs_handle *)&fake_handle;
}

void
xs_close(struct xs_handle *xsh)
{
	(void)xsh;
}

int
xs_fileno(struct xs_handle *xsh)
{
	(void)xsh;
	return -1;
}

void *
xs_read(struct xs_handle *xsh, xs_transaction_t transaction, const char *path,
    unsigned int *length)
{
	(void)xsh;
	(void)transaction;
	(void)path;
	if (length)
		*length = 0;
	errno = ENOENT;
	return NULL;
}

char **
xs_directory(struct xs_handle *xsh, xs_transaction_t transaction,
    const char *path, unsigned int *count)
{
	(void)xsh;
	(void)transaction;
	(void)path;
	*count = 0;
	errno = ENOENT;
	return NULL;
}
