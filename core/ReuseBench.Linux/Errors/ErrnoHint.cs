namespace ReuseBench.Linux;

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
