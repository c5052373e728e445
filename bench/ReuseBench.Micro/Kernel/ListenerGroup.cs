using ReuseBench.Linux;

namespace ReuseBench.Micro.Kernel;

/// <summary>Listeners with SO_REUSEPORT on one address.</summary>
internal sealed class ListenerGroup : IDisposable
{
    private readonly List<Descriptor> _members = [];

    /// <param name="members">At least 1.</param>
    /// <exception cref="LinuxException">A call failed.</exception>
    public ListenerGroup(int members)
    {
        Address = Tcp.FreeAddress();
        for (int member = 0; member < members; member++)
        {
            _members.Add(Tcp.Listen(SocketCalls.StreamNonBlocking(SocketCalls.Inet), Address, SocketOption.ReusePort));
        }
    }

    public SockAddr Address { get; }

    /// <summary>Descriptor of the member that listened first.</summary>
    public int FirstFd => Fd(0);

    /// <param name="member">From 0, in the order of listen(2).</param>
    public int Fd(int member) => _members[member].Value;

    public void Dispose() => _members.ForEach(member => member.Dispose());
}
