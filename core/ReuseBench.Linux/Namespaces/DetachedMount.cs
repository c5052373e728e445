namespace ReuseBench.Linux;

/// <summary>A file system that is mounted nowhere in the tree (fsopen(2), Linux 5.2): no mount namespace is needed, and nothing is left behind.</summary>
internal static unsafe class DetachedMount
{
    /// <param name="fileSystem">Its type, such as <c>sysfs</c>, which shows what the calling thread's namespaces have.</param>
    /// <returns>Its root, for openat(2).</returns>
    /// <exception cref="LinuxException">EPERM without CAP_SYS_ADMIN; ENOSYS before Linux 5.2; ENODEV: this kernel has no such file system.</exception>
    public static Descriptor Of(string fileSystem)
    {
        using Descriptor context = Descriptor.Own(
            LibC.Result(LibC.syscall_fsopen(LibC.SYS_fsopen, fileSystem, LibC.FSOPEN_CLOEXEC)), "fsopen", fileSystem);
        LinuxException.ThrowIfError(
            LibC.Result(LibC.syscall_fsconfig(LibC.SYS_fsconfig, context.Value, LibC.FSCONFIG_CMD_CREATE, null, null, 0)), "fsconfig", fileSystem);
        return Descriptor.Own(LibC.Result(LibC.syscall_fsmount(LibC.SYS_fsmount, context.Value, LibC.FSMOUNT_CLOEXEC, 0)), "fsmount", fileSystem);
    }
}
