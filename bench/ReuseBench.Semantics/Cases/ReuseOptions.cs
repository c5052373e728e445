namespace ReuseBench.Semantics.Cases;

/// <summary>Which of the two options a socket has set before bind(2).</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/socket.7.html"/>
[Flags]
public enum ReuseOptions
{
    None = 0,
    Reuseaddr = 1,
    Reuseport = 2,
    Both = Reuseaddr | Reuseport,
}
