/** For tests only. */
export { answerLost } from './answer-lost.ts';
export { atMost } from './at-most.ts';
export * from './builders.ts';
export { paymentGatewayConformance, type GatewayUnderTest, type ProviderRecord } from './gateway-conformance.ts';
export { aFlashSale, aPurchaseInput, buyFromFlashSale, salesOf, type SaleFields, type PurchaseFields } from './sale-builders.ts';
export { isLongRun, seriesOf } from './long-run.ts';
export { race, type RaceResult } from './race.ts';
export { restCall, type RestAnswer, type RestRequest } from './rest-call.ts';
export { startFakeStripe, type FakeStripe } from './fakes/stripe.ts';
export { moneyFaults, shapeFaults, type AnswerFault } from './fakes/stripe.faults.ts';
export { createUnsteadyGateway, type HangingLine, type UnsteadyGateway } from './fakes/unsteady-gateway.ts';
export { startApiProcess, startTestProgram, startWorkerProcess, type ProcessEnd, type ShopProcess } from './shop-process.ts';
export { createDemoShop } from './demo-shop.ts';
export { createReadableLog, createTestShop, testConfig, testSecret, type TestShop } from './test-core.ts';
export { aShopOnStripe, anOrderOnStripe, type ShopOnStripe } from './shop-on-stripe.ts';
export { aConsistentShop, brokenInvariants, settlePayments, type ConsistentShopOptions } from './consistent-shop.ts';
export { createTestDatabase, nothing, type TestDatabase } from './test-database.ts';
export { letPass } from './time-travel.ts';
