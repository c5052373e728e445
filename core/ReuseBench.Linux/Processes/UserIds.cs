namespace ReuseBench.Linux;

/// <summary>Who the kernel takes us for.</summary>
public static class UserIds
{
    // (uid_t)-1 is never valid: setfsuid with it changes nothing and returns the id in force.
    private const uint Query = uint.MaxValue;

    public static uint Effective() => LibC.geteuid();

    /// <summary>Whose processes this one is counted with.</summary>
    public static uint Real() => LibC.getuid();

    /// <summary>The filesystem user id of the calling thread, which is what owns the sockets that it makes.</summary>
    public static uint FileSystem() => (uint)LibC.setfsuid(Query);

    /// <summary>
    /// Sets the filesystem user id of the calling thread only (glibc's seteuid changes all threads). A SO_REUSEPORT group admits
    /// sockets of one such user. <see href="https://man7.org/linux/man-pages/man2/setfsuid.2.html">setfsuid(2)</see>
    /// </summary>
    /// <returns>The id until now.</returns>
    /// <exception cref="LinuxException">EPERM; setfsuid itself reports nothing, so that the id is read back.</exception>
    public static uint SetFsUid(uint uid)
    {
        uint previous = (uint)LibC.setfsuid(uid);
        if (FileSystem() != uid)
        {
            LinuxException.Throw(-ErrnoCode.EPERM, "setfsuid", uid.ToString());
        }

        return previous;
    }
}
