/** The logo: a cart wheel. */
export const Logo = ({ size = 24 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Cartwright">
    <rect width="32" height="32" rx="8" fill="#0b7285" />
    <circle cx="16" cy="16" r="8.5" fill="none" stroke="#fff" strokeWidth="2.5" />
    <path d="M16 7.5v17M7.5 16h17M10 10l12 12M22 10 10 22" stroke="#fff" strokeWidth="1.6" />
    <circle cx="16" cy="16" r="2.4" fill="#fff" />
  </svg>
);
