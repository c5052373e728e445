using ReuseBench.Linux;

namespace ReuseBench.Semantics.Probing;

/// <summary>A user who is not the one that the calling thread makes its sockets as.</summary>
internal static class OtherUser
{
    private const uint Nobody = 65534;
    private const uint AnotherNobody = 65533;

    public static uint OfThisThread() => UserIds.FileSystem() == Nobody ? AnotherNobody : Nobody;
}
