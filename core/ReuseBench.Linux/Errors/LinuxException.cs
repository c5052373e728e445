using System.Diagnostics.CodeAnalysis;

namespace ReuseBench.Linux;

/// <summary>A set-up call that failed: one line that names the call, what it was about, the error and what to do.</summary>
public sealed class LinuxException : Exception
{
    /// <param name="call">The system call, "bind".</param>
    /// <param name="subject">What it was about: an endpoint, an option, a path.</param>
    /// <param name="errno">The kernel's reason.</param>
    /// <param name="hint">What to do about it; null takes the usual advice for this call and error, if there is any.</param>
    public LinuxException(string call, string subject, Errno errno, string? hint = null)
        : base(Compose(call, subject, errno, hint ?? ErrnoHint.For(call, errno.Code)))
    {
        Call = call;
        Subject = subject;
        Errno = errno;
        Hint = hint ?? ErrnoHint.For(call, errno.Code);
    }

    public string Call { get; }

    public string Subject { get; }

    public Errno Errno { get; }

    public string? Hint { get; }

    /// <summary>Turns the result of a set-up call into itself or an exception.</summary>
    /// <returns><paramref name="result"/>, which is not negative.</returns>
    /// <exception cref="LinuxException"><paramref name="result"/> is a negative errno.</exception>
    public static int ThrowIfError(int result, string call, string subject, string? hint = null)
    {
        if (result < 0)
        {
            Throw(result, call, subject, hint);
        }

        return result;
    }

    /// <inheritdoc cref="ThrowIfError(int, string, string, string?)"/>
    public static int ThrowIfError(int result, string call, in SockAddr endpoint, string? hint = null)
    {
        if (result < 0)
        {
            Throw(result, call, endpoint.ToString(), hint);
        }

        return result;
    }

    [DoesNotReturn]
    internal static void Throw(int negativeResult, string call, string subject, string? hint = null) =>
        throw new LinuxException(call, subject, Errno.FromResult(negativeResult), hint);

    private static string Compose(string call, string subject, Errno errno, string? hint) =>
        hint is null ? $"{call} {subject}: {errno}" : $"{call} {subject}: {errno}; {hint}";
}

/// <summary>What the user can do about an error of a set-up call.</summary>
internal static class ErrnoHint
{
    /// <summary>A half sentence for the end of a message, or null where the error speaks for itself.</summary>
    internal static string? For(string call, int errno) => errno switch
    {
        ErrnoCode.EADDRINUSE => "another socket holds this address; `ss -tanp` shows which",
        ErrnoCode.EADDRNOTAVAIL when call == "bind" =>
            "no interface of this host has this address; `ip addr` lists those there are",
        ErrnoCode.EADDRNOTAVAIL =>
            "all local ports towards this address are in use; widen net.ipv4.ip_local_port_range or use more source addresses",
        ErrnoCode.EACCES when call == "bind" => "ports below net.ipv4.ip_unprivileged_port_start need CAP_NET_BIND_SERVICE",
        ErrnoCode.EMFILE => "the descriptor limit of this process is reached; raise it with `ulimit -n` or LimitNOFILE=",
        ErrnoCode.ENFILE => "the descriptor limit of the host is reached; raise the sysctl fs.file-max",
        ErrnoCode.EPERM => "the call needs a right this process does not have; run as root",
        ErrnoCode.ENOPROTOOPT => "this kernel does not know the option",
        ErrnoCode.EAFNOSUPPORT => "this kernel has no support for the address family; is IPv6 disabled?",
        _ => null,
    };
}
