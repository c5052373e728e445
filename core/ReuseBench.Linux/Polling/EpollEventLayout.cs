using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// <c>struct epoll_event</c> { u32 events; u64 data; }: packed on x64 so that 32-bit programs share it, naturally aligned
/// elsewhere (<c>EPOLL_PACKED</c> in <c>include/uapi/linux/eventpoll.h</c>).
/// </summary>
/// <param name="Stride">Bytes from one event to the next.</param>
/// <param name="DataOffset">Bytes from the start of an event to its data.</param>
internal readonly record struct EpollEventLayout(int Stride, int DataOffset)
{
    /// <summary>That of the architecture we run on.</summary>
    internal static readonly EpollEventLayout Current = For(RuntimeInformation.ProcessArchitecture);

    internal static EpollEventLayout For(Architecture architecture)
    {
        const int eventsSize = sizeof(uint);
        const int dataSize = sizeof(ulong);
        int dataOffset = architecture == Architecture.X64 ? eventsSize : AlignUp(eventsSize, dataSize);
        return new EpollEventLayout(dataOffset + dataSize, dataOffset);
    }

    private static int AlignUp(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;
}
