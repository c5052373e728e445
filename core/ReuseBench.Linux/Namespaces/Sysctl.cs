namespace ReuseBench.Linux;

/// <summary>
/// Kernel settings under /proc/sys, those of net.* as the calling thread's network namespace has them.
/// <see href="https://man7.org/linux/man-pages/man5/proc_sys.5.html">proc_sys(5)</see>
/// </summary>
public static unsafe class Sysctl
{
    private const int LongestValue = 4096;

    /// <summary>
    /// The value without its line end; null where this kernel or namespace has no such setting or does not let us read it.
    /// </summary>
    /// <param name="name">"net.core.somaxconn"; with slashes where a part holds dots: "net/ipv4/conf/eth0.1/rp_filter".</param>
    public static string? TryRead(string name)
    {
        int fd = LibC.Result(LibC.open(PathOf(name), LibC.O_RDONLY | LibC.O_CLOEXEC, 0));
        if (fd < 0)
        {
            return null;
        }

        byte* buffer = stackalloc byte[LongestValue];
        int length = LibC.Result(LibC.read(fd, buffer, LongestValue));
        _ = LibC.close(fd);
        return length < 0 ? null : System.Text.Encoding.UTF8.GetString(buffer, length).TrimEnd('\n');
    }

    /// <summary>Sets a value. net.* settings are those of the calling thread's namespace.</summary>
    /// <returns>
    /// 0, or the negative errno: −ENOENT no such setting, −EACCES no right, −EINVAL the kernel does not take the value.
    /// </returns>
    public static int TryWrite(string name, string value)
    {
        int fd = LibC.Result(LibC.open(PathOf(name), LibC.O_WRONLY | LibC.O_CLOEXEC, 0));
        if (fd < 0)
        {
            return fd;
        }

        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(value);
        int written;
        fixed (byte* pointer = bytes)
        {
            written = LibC.Result(LibC.write(fd, pointer, (nuint)bytes.Length));
        }

        _ = LibC.close(fd);
        return Math.Min(written, 0);
    }

    internal static string PathOf(string name) => "/proc/sys/" + (name.Contains('/') ? name : name.Replace('.', '/'));
}
