using System.Diagnostics.CodeAnalysis;

namespace ReuseBench.Linux;

/// <summary>
/// What an epoll registration asks for and an event reports.
/// <see href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</see>
/// </summary>
[Flags]
[SuppressMessage(
    "Design",
    "CA1028:Enum storage should be Int32",
    Justification = "the field of struct epoll_event is unsigned; EPOLLET is its highest bit")]
public enum EpollEvents : uint
{
    None = 0,
    In = 0x1,
    Out = 0x4,

    /// <summary>Always reported, need not be asked for.</summary>
    Err = 0x8,

    /// <summary>Always reported, need not be asked for.</summary>
    Hup = 0x10,

    /// <summary>The peer has shut down its writing side.</summary>
    RdHup = 0x2000,

    /// <summary>EPOLLEXCLUSIVE: of several epoll instances on one listener wake at least one, not all. At Add only.</summary>
    Exclusive = 1u << 28,

    OneShot = 1u << 30,

    /// <summary>EPOLLET.</summary>
    EdgeTriggered = 1u << 31,
}
