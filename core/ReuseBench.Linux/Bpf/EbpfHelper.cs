namespace ReuseBench.Linux;

/// <summary>Kernel functions that a program may call. <see href="https://man7.org/linux/man-pages/man7/bpf-helpers.7.html">bpf-helpers(7)</see></summary>
public enum EbpfHelper
{
    /// <summary>R0 = pointer to the value of the key that R2 points at, in the map R1; 0 where there is none.</summary>
    MapLookup = 1,

    /// <summary>Selects the socket that the key at R3 has in the map R2, for the context R1 with flags R4; R0 = 0 or −ENOENT.</summary>
    SelectReuseport = 82,
}
