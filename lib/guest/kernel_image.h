/*
 * kernel_image: which Linux a kernel's image is.
 */
#ifndef GUEST_KERNEL_IMAGE_H
#define GUEST_KERNEL_IMAGE_H

/* Of a bzImage (Documentation/arch/x86/boot.rst of Linux), the release that its
 * builder gave it, such as 6.1.0-50-cloud-amd64; freed by the caller. NULL: it
 * does not say. */
char *kernel_image_release(int fd);

#endif
