namespace ReuseBench.Linux;

/// <summary>Which direction <see href="https://man7.org/linux/man-pages/man2/shutdown.2.html">shutdown(2)</see> ends.</summary>
public enum ShutdownHow
{
    Read = LibC.SHUT_RD,
    Write = LibC.SHUT_WR,
    Both = LibC.SHUT_RDWR,
}
