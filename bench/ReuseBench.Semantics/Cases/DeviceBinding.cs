namespace ReuseBench.Semantics.Cases;

/// <summary>SO_BINDTODEVICE of the two sockets.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/socket.7.html"/>
public enum DeviceBinding
{
    /// <summary>Neither socket is bound to a device.</summary>
    None,

    /// <summary>Both are bound to the same device.</summary>
    Same,

    /// <summary>Each is bound to a device of its own.</summary>
    Other,
}
