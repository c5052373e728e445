using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// Owns a descriptor that lives long: a listener, a memfd, an epoll instance. Closed once, by Dispose or the finalizer.
/// </summary>
public sealed class Descriptor : SafeHandle
{
    private const int Invalid = -1;

    /// <summary>No descriptor yet; callers use <see cref="Own"/>.</summary>
    public Descriptor()
        : base(Invalid, ownsHandle: true)
    {
    }

    /// <summary>0 is a descriptor too; only −1 is none.</summary>
    public override bool IsInvalid => (int)handle == Invalid;

    /// <summary>The number, for the calls. Valid only while this object lives and is not disposed.</summary>
    /// <exception cref="ObjectDisposedException">Closed already.</exception>
    public int Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed || IsInvalid, this);
            return (int)handle;
        }
    }

    /// <summary>Takes over the descriptor that a set-up call returned.</summary>
    /// <param name="result">The call's result: a descriptor or a negative errno.</param>
    /// <param name="call">The call, for the message.</param>
    /// <param name="subject">What it was about, for the message.</param>
    /// <exception cref="LinuxException"><paramref name="result"/> is a negative errno.</exception>
    public static Descriptor Own(int result, string call, string subject)
    {
        LinuxException.ThrowIfError(result, call, subject);
        Descriptor owner = new();
        owner.SetHandle(result);
        return owner;
    }

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
