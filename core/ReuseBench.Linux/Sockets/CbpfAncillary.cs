namespace ReuseBench.Linux;

/// <summary>
/// Load offsets that stand for facts about the packet rather than its bytes: SKF_AD_OFF + SKF_AD_* of
/// <c>include/uapi/linux/filter.h</c>, as the K of <see cref="CbpfOpcode.LoadWordAbsolute"/>.
/// </summary>
public static class CbpfAncillary
{
    /// <summary>SKF_AD_PROTOCOL.</summary>
    public const uint Protocol = Base + 0;

    /// <summary>SKF_AD_RXHASH: the receive hash.</summary>
    public const uint ReceiveHash = Base + 32;

    /// <summary>SKF_AD_CPU: the CPU that runs the program.</summary>
    public const uint Cpu = Base + 36;

    /// <summary>SKF_AD_RANDOM: 32 random bits.</summary>
    public const uint Random = Base + 56;

    /// <summary>SKF_AD_OFF, −0x1000.</summary>
    private const uint Base = 0xFFFF_F000;
}
