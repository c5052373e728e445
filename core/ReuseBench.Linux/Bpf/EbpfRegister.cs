namespace ReuseBench.Linux;

/// <summary>R0 holds results, R1 to R5 arguments (lost in a call), R6 to R9 survive calls, R10 is the frame pointer.</summary>
public enum EbpfRegister : byte
{
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10,
}
