namespace ReuseBench.Linux;

/// <summary>
/// How many descriptors this process may have (RLIMIT_NOFILE).
/// <see href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">getrlimit(2)</see>
/// </summary>
public static unsafe class FileLimit
{
    /// <returns>The limit in force and the one it may be raised to; <see cref="long.MaxValue"/> for none.</returns>
    public static (long Soft, long Hard) Current()
    {
        LibC.ResourceLimit limit = Read();
        return (ToLong(limit.Soft), ToLong(limit.Hard));
    }

    /// <summary>Raises the limit in force to the hard one, for this process and what it starts.</summary>
    /// <returns>Both limits afterwards.</returns>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static (long Soft, long Hard) RaiseToHard()
    {
        LibC.ResourceLimit limit = Read();
        SetSoft(limit.Hard);
        return Current();
    }

    internal static void SetSoft(ulong soft)
    {
        LibC.ResourceLimit limit = Read();
        limit.Soft = soft;
        LinuxException.ThrowIfError(LibC.Result(LibC.setrlimit(LibC.RLIMIT_NOFILE, &limit)), "setrlimit", "RLIMIT_NOFILE");
    }

    private static LibC.ResourceLimit Read()
    {
        LibC.ResourceLimit limit;
        LinuxException.ThrowIfError(LibC.Result(LibC.getrlimit(LibC.RLIMIT_NOFILE, &limit)), "getrlimit", "RLIMIT_NOFILE");
        return limit;
    }

    private static long ToLong(ulong limit) => (long)Math.Min(limit, long.MaxValue);
}
